package main

import (
	"strings"
	"testing"
)

func platformOf(t *testing.T, root string) (*platform, error) {
	t.Helper()
	m, err := loadManifests(root)
	if err != nil {
		return nil, err
	}
	ports := &ports{}
	t.Cleanup(ports.release)
	return newPlatform(settings{root: root}, m, newTerminal(&output{}, false), ports)
}

func TestProjectManifests(t *testing.T) {
	root, err := repository()
	if err != nil {
		t.Fatal(err)
	}
	p, err := platformOf(t, root)
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range p.manifests.warnings {
		t.Error(w)
	}
	if p.public.name != "recommender" || len(p.services) != 3 || len(p.pings) != 1 {
		t.Errorf("public %s, %d Services, %d PingSources", p.public.name, len(p.services), len(p.pings))
	}
	for _, s := range p.services {
		if !s.usesBucket {
			t.Errorf("%s is not told where the bucket is", s.name)
		}
	}
}

func TestWrongManifests(t *testing.T) {
	for name, test := range map[string]struct{ old, new, want string }{
		"unknown field": {"timeoutSeconds: 20", "timeoutSecond: 20",
			`knative/base/services.yaml: Service worker: unknown field "spec.template.spec.timeoutSecond"`},
		"wrong type": {"timeoutSeconds: 20", "timeoutSeconds: long",
			"knative/base/services.yaml: Service worker: json: cannot unmarshal string"},
		"refused by the webhook": {"timeoutSeconds: 20", "timeoutSeconds: 601",
			"knative/base/services.yaml: Service worker: expected 0 <= 601 <= 600: spec.template.spec.timeoutSeconds"},
		"unknown broker": {"broker: default", "broker: defualt",
			`knative/base/eventing.yaml: Trigger checker: spec.broker: no Broker "defualt" in namespace test`},
		"unknown subscriber": {"name: worker\n    uri", "name: wroker\n    uri",
			"knative/base/eventing.yaml: Trigger worker: spec.subscriber: no Service wroker in namespace test"},
		"unknown dead-letter sink": {"        name: checker\n      uri", "        name: chekcer\n      uri",
			"knative/base/eventing.yaml: Trigger checker: deadLetterSink: no Service chekcer"},
		"unknown subject": {"    name: checker\n  sink", "    name: chekcer\n  sink",
			`knative/base/eventing.yaml: SinkBinding checker: spec.subject: no Service "chekcer"`},
		"sink of another kind": {"sink:\n    ref:\n      apiVersion: eventing.knative.dev/v1\n      kind: Broker", "sink:\n    ref:\n      apiVersion: v1\n      kind: Service",
			"knative/base/eventing.yaml: SinkBinding checker: spec.sink: v1 Service default: locally only Knative Services and Brokers take events"},
		"schedule": {`"0 3 * * *"`, `"every day"`,
			"knative/base/eventing.yaml: PingSource often: invalid value: "},
		"backoff": {"PT0.1S", "0.1s",
			"knative/base/eventing.yaml: Broker default: invalid value: 0.1s: spec.delivery.backoffDelay"},
		"unknown function": {"functions/actor", "functions/actress",
			"knative/base/services.yaml: Service checker: image ko://segue.dev/functions/actress: no program in functions/actress"},
		"image of others": {"ko://segue.dev/functions/actor", "docker.io/library/nginx",
			`knative/base/services.yaml: Service checker: image "docker.io/library/nginx": only images built by ko`},
		"unknown ConfigMap": {"name: actor\n            - secretRef", "name: author\n            - secretRef",
			"knative/base/services.yaml: Service checker: envFrom: no ConfigMap author in namespace test"},
		"unknown Secret": {"                name: bucket\n                optional: true", "                name: token",
			"knative/base/services.yaml: Service checker: envFrom: Secret token: locally there is only bucket"},
		"two public": {"name: worker\n  labels:\n    networking.knative.dev/visibility: cluster-local", "name: worker",
			"knative/base/services.yaml: Service front: worker is public too"},
		"none public": {"name: front", "name: front\n  labels: {networking.knative.dev/visibility: cluster-local}",
			"knative/base: no Service is public"},
		"missing file": {"- eventing.yaml", "- events.yaml", "kustomize build knative/base: "},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := platformOf(t, newProject(t, test.old, test.new))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v\nwant  %s", err, test.want)
			}
		})
	}
}

func TestAllThatIsWrongIsTold(t *testing.T) {
	_, err := loadManifests(newProject(t, "timeoutSeconds: 20", "timeoutSecond: 20", "retry: 2", "retries: 2"))
	for _, want := range []string{`"spec.template.spec.timeoutSecond"`, `"spec.delivery.retries"`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v\nwithout %s", err, want)
		}
	}
}

func TestWarnings(t *testing.T) {
	const container = "          args: [-send, test.work]\n"
	for name, test := range map[string]struct{ old, new, want string }{
		"command": {container, "          command: [sh]\n" + container,
			"knative/base/services.yaml: Service checker: not honoured locally: command"},
		"liveness": {container, "          livenessProbe: {httpGet: {path: /healthz}}\n" + container,
			"livenessProbe"},
		"valueFrom": {"value: info", "valueFrom: {configMapKeyRef: {name: actor, key: RECORD}}",
			"env LOG_LEVEL: valueFrom"},
		"expansion": {"value: info", "value: $(RECORD)", "env LOG_LEVEL: $(…) stays"},
		"kind": {"apiVersion: eventing.knative.dev/v1\nkind: Broker\n", "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: nightly}\n---\napiVersion: eventing.knative.dev/v1\nkind: Broker\n",
			"knative/base/eventing.yaml: CronJob nightly: this kind is not run locally"},
	} {
		t.Run(name, func(t *testing.T) {
			m, err := loadManifests(newProject(t, test.old, test.new))
			if err != nil {
				t.Fatal(err)
			}
			if len(m.warnings) != 1 || !strings.Contains(m.warnings[0], test.want) {
				t.Errorf("warnings %q, want %q", m.warnings, test.want)
			}
		})
	}
}
