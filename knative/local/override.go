package main

import (
	"fmt"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
)

// override gives every variable that a manifest sets, and that the caller's
// environment sets too, the caller's value. It returns them as NAME=value. The
// bucket is left alone: it is the local one.
func (m *manifests) override(caller map[string]string) ([]string, error) {
	changed := map[string]string{}
	set := func(name string, value *string) (err error) {
		own, ok := caller[name]
		if !ok {
			return nil
		}
		if name == "DATASET_URL" {
			own, err = datasetURL(own)
		}
		*value, changed[name] = own, own
		return err
	}
	for _, c := range m.configMaps {
		for name, value := range c.Data {
			if c.original == bucketName {
				continue
			}
			if err := set(name, &value); err != nil {
				return nil, err
			}
			c.Data[name] = value
		}
	}
	for _, s := range m.services {
		env := s.Spec.Template.Spec.Containers[0].Env
		for i := range env {
			if err := set(env[i].Name, &env[i].Value); err != nil {
				return nil, err
			}
		}
	}
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(changed)) {
		lines = append(lines, name+"="+withoutPassword(changed[name]))
	}
	return lines, nil
}

// datasetURL returns a URL as it is, and a file's path as an absolute file URL.
func datasetURL(value string) (string, error) {
	if u, err := url.Parse(value); err == nil && len(u.Scheme) > 1 {
		return value, nil
	}
	path, err := filepath.Abs(value)
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(path); err != nil {
		return "", fmt.Errorf("DATASET_URL=%s: neither a URL nor a file here: %w", value, err)
	}
	return (&url.URL{Scheme: "file", Path: filepath.ToSlash(path)}).String(), nil
}

func withoutPassword(value string) string {
	if u, err := url.Parse(value); err == nil && u.User != nil {
		return u.Redacted()
	}
	return value
}
