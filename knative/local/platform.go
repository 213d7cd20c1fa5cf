package main

import (
	"fmt"
	"maps"
	"net"
	"time"

	servingv1 "knative.dev/serving/pkg/apis/serving/v1"
)

// platform is the manifests turned into what runs: all names resolved, nothing
// started.
type platform struct {
	settings  settings
	manifests *manifests
	terminal  *terminal
	ports     *ports
	ingress   string // host:port of the brokers
	addresses *addresses
	network   *network
	functions []function
	services  []*service
	public    *service
	brokers   map[string]*broker
	pings     []*ping
}

// newPlatform finds everything that the manifests refer to. It holds the ports
// that are needed.
func newPlatform(s settings, m *manifests, t *terminal, ports *ports) (*platform, error) {
	public, err := ports.reserve(s.Port)
	if err != nil {
		return nil, err
	}
	ingress, err := ports.reserve(0)
	if err != nil {
		return nil, err
	}
	addresses, err := newAddresses(m, ports, ingress, public)
	if err != nil {
		return nil, err
	}
	p := &platform{
		settings: s, manifests: m, terminal: t, ports: ports, ingress: ingress, addresses: addresses,
		network: &network{addresses: addresses, services: map[string]*service{}},
		brokers: map[string]*broker{},
	}
	for _, add := range []func() error{p.addServices, p.bindSinks, p.addBrokers, p.addPings} {
		if err := add(); err != nil {
			return nil, err
		}
	}
	return p, nil
}

func (p *platform) addServices() error {
	for _, s := range p.manifests.services {
		f, err := functionOf(p.settings.root, s)
		if err != nil {
			return err
		}
		added, err := p.newService(s, f)
		if err != nil {
			return err
		}
		if isPublic(s) && p.public != nil {
			return wrong("Service", s, "%s is public too: only one can answer at PORT; label the other networking.knative.dev/visibility: cluster-local", p.public.name)
		}
		if isPublic(s) {
			p.public = added
		}
		p.functions = append(p.functions, f)
		p.services = append(p.services, added)
		p.network.services[hostOf(s)] = added
	}
	if p.public == nil {
		return fmt.Errorf("%s: no Service is public: all are labelled networking.knative.dev/visibility: cluster-local", manifestsDir)
	}
	return nil
}

func (p *platform) newService(s *servingv1.Service, f function) (*service, error) {
	own, usesBucket, err := p.manifests.environmentOf(s)
	if err != nil {
		return nil, err
	}
	location := p.addresses.locations[hostOf(s)]
	variables := map[string]string{}
	maps.Copy(variables, p.settings.inherited)
	maps.Copy(variables, own)
	maps.Copy(variables, knativeVariables(s, f, location))
	p.terminal.widen(len(s.Name))
	spec := s.Spec.Template.Spec
	added := &service{
		name:       s.Name,
		variables:  variables,
		usesBucket: usesBucket,
		location:   location,
		probe:      spec.Containers[0].ReadinessProbe,
		timeout:    time.Duration(*spec.TimeoutSeconds) * time.Second,
		log:        p.terminal.logger(s.Name),
		process: process{
			path:   f.binary,
			args:   spec.Containers[0].Args,
			dir:    p.settings.root,
			output: p.terminal.writer(s.Name),
		},
	}
	if n := *spec.ContainerConcurrency; n > 0 {
		added.turns = make(chan struct{}, n)
	}
	return added, nil
}

// knativeVariables are what Knative and ko set in every container, and HOST,
// which keeps the function on loopback.
func knativeVariables(s *servingv1.Service, f function, location string) map[string]string {
	host, port, _ := net.SplitHostPort(location) // from a listener
	return map[string]string{
		"HOST":            host,
		"PORT":            port,
		"KO_DATA_PATH":    f.koData,
		"K_SERVICE":       s.Name,
		"K_CONFIGURATION": s.Name,
		"K_REVISION":      s.Name + "-00001",
	}
}
