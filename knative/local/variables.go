package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	servingv1 "knative.dev/serving/pkg/apis/serving/v1"
)

// bucketName is the name of the ConfigMap and of the Secret that say where the
// bucket is.
const bucketName = "bucket"

// variable returns what the ConfigMaps say for name, or "".
func (m *manifests) variable(name string) string {
	for _, c := range m.configMaps {
		if value, ok := c.Data[name]; ok {
			return value
		}
	}
	return ""
}

// environmentOf returns the variables that the manifest gives a Service's
// container, later sources winning as in Kubernetes, and whether the container
// is told where the bucket is, by the ConfigMap or the Secret of that name.
func (m *manifests) environmentOf(s *servingv1.Service) (variables map[string]string, usesBucket bool, err error) {
	variables = map[string]string{}
	container := s.Spec.Template.Spec.Containers[0]
	for _, from := range container.EnvFrom {
		c, err := m.source(s.Namespace, from)
		if err != nil {
			return nil, false, wrong("Service", s, "envFrom: %w", err)
		}
		usesBucket = usesBucket || c.original == bucketName
		for name, value := range c.Data {
			variables[from.Prefix+name] = value
		}
	}
	for _, e := range container.Env {
		if e.ValueFrom == nil {
			variables[e.Name] = e.Value
		}
	}
	return variables, usesBucket, nil
}

// source returns what one entry of envFrom refers to; nothing stands for an
// optional one that is missing, and for the Secret of the bucket.
func (m *manifests) source(namespace string, from corev1.EnvFromSource) (*configMap, error) {
	if ref := from.SecretRef; ref != nil {
		if ref.Name == bucketName || ref.Optional != nil && *ref.Optional {
			return &configMap{original: ref.Name}, nil
		}
		return nil, fmt.Errorf("Secret %s: locally there is only %s", ref.Name, bucketName)
	}
	ref := from.ConfigMapRef
	for _, c := range m.configMaps {
		if c.Name == ref.Name && c.Namespace == namespace {
			return c, nil
		}
	}
	if ref.Optional != nil && *ref.Optional {
		return &configMap{}, nil
	}
	return nil, fmt.Errorf("no ConfigMap %s in namespace %s of %s", ref.Name, namespace, manifestsDir)
}

// environ returns variables as NAME=value, sorted.
func environ(variables map[string]string) []string {
	var list []string
	for _, name := range slices.Sorted(maps.Keys(variables)) {
		list = append(list, name+"="+variables[name])
	}
	return list
}

// inherit returns the variables of this machine that a function gets beside its
// manifest's: programs, temporary files, the way to the network.
func inherit(caller map[string]string) map[string]string {
	variables := map[string]string{}
	for _, name := range []string{
		"PATH", "TMPDIR", "TZ", "SSL_CERT_FILE", "SSL_CERT_DIR",
		"HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy",
	} {
		if value, ok := caller[name]; ok {
			variables[name] = value
		}
	}
	return variables
}

// parseEnviron is the reverse of environ.
func parseEnviron(list []string) map[string]string {
	variables := map[string]string{}
	for _, v := range list {
		name, value, _ := strings.Cut(v, "=")
		variables[name] = value
	}
	return variables
}
