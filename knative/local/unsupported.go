package main

import (
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	servingv1 "knative.dev/serving/pkg/apis/serving/v1"
)

// unsupportedInService returns a warning for each thing that a Service asks for,
// that changes how its function runs, and that a plain process does not get.
func unsupportedInService(s *servingv1.Service) []string {
	var warnings []string
	warn := func(found bool, format string, args ...any) {
		if found {
			what := describe("Service", s.Name, s.Annotations)
			warnings = append(warnings, fmt.Sprintf("%s: not honoured locally: "+format, append([]any{what}, args...)...))
		}
	}
	spec := s.Spec.Template.Spec
	warn(len(spec.InitContainers) > 0, "initContainers")
	warn(len(spec.Containers) > 1, "containers other than the first")
	warn(len(s.Spec.Traffic) > 1, "traffic to several revisions")
	for _, v := range spec.Volumes {
		warn(v.EmptyDir == nil, "volume %s", v.Name)
	}
	container := spec.Containers[0]
	warn(len(container.Command) > 0, "command: the image's own program runs")
	warn(container.WorkingDir != "", "workingDir")
	warn(container.LivenessProbe != nil, "livenessProbe")
	warn(container.StartupProbe != nil, "startupProbe")
	warn(hasOtherProbe(container.ReadinessProbe), "a readinessProbe that is neither httpGet nor tcpSocket")
	for _, e := range container.Env {
		warn(e.ValueFrom != nil, "env %s: valueFrom", e.Name)
		warn(strings.Contains(e.Value, "$("), "env %s: $(…) stays as it is", e.Name)
	}
	return warnings
}

func hasOtherProbe(p *corev1.Probe) bool {
	return p != nil && p.HTTPGet == nil && p.TCPSocket == nil
}
