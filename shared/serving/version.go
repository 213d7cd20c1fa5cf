package serving

import "runtime/debug"

// version is stamped by the linker: -X segue.dev/shared/serving.version=….
var version string

// Version is the release that this binary was built from, such as
// v1.4.0+abc1234: what the linker stamped, else the commit that the Go
// toolchain saw, else "devel".
func Version() string {
	if version != "" {
		return version
	}
	info, _ := debug.ReadBuildInfo()
	if info != nil {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" && len(s.Value) >= 7 {
				return "devel+" + s.Value[:7]
			}
		}
	}
	return "devel"
}
