# Segue: make help

export KO_CONFIG_PATH := ko.yaml
# What /api/recommend calls the version: the last tag and the commit.
export VERSION ?= $(or $(shell git describe --tags --abbrev=0 2>/dev/null),devel)+$(shell git rev-parse --short=7 HEAD 2>/dev/null)
KO := $(or $(shell command -v ko),go run github.com/google/ko@v0.19.1)
GOLANGCI_LINT := go run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
ACTIONLINT := go run github.com/rhysd/actionlint/cmd/actionlint@v1.7.12

.PHONY: help
help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: ## run everything on this machine (DATASET_URL, PORT, STATE_DIR, TICK)
	@go build -o bin/ ./knative/local && exec bin/local

.PHONY: test
test: ## all tests: no cluster, no network
	@# Some run binaries that go's test cache does not see change: count=1 runs all.
	go test -count=1 ./...

.PHONY: race
race: ## the tests under the race detector
	go test -race ./...

.PHONY: check
check: ## formatting, vet, lint, tidy modules
	@test -z "$$(gofmt -l .)" || { gofmt -d .; exit 1; }
	go mod tidy -diff
	go vet ./...
	$(GOLANGCI_LINT) run ./...
	$(ACTIONLINT) .github/workflows/*.yaml

.PHONY: sample
sample: ## make the sample dataset anew
	go generate ./shared/dataset/sample

.PHONY: eval
eval: ## quality of recommendations on held-out playlists of DATASET, to OUT
	@mkdir -p bin
	go run ./tests/eval -dataset '$(DATASET)' -out '$(or $(OUT),bin/quality.md)' $(EVAL)

.PHONY: bench
bench: ## the Go benchmarks, for benchstat
	go test -run '^$$' -bench . -benchmem ./shared/...

.PHONY: bench-serving
bench-serving: ## what a request and a wake-up cost, against a bare server (DATASET)
	go run ./tests/serving $(if $(DATASET),-dataset '$(DATASET)') $(SERVING)

OVERLAY ?= dev
MANIFESTS = bin/$(OVERLAY).yaml

.PHONY: deploy
deploy: ## build the images and deploy to KUBECONFIG's cluster (OVERLAY)
	@mkdir -p bin
	kubectl kustomize knative/overlays/$(OVERLAY) | $(KO) resolve --tags dev -f - > $(MANIFESTS)
	kubectl apply -f $(MANIFESTS) --selector app.kubernetes.io/component=wiring
	kubectl wait broker --all-namespaces --selector app.kubernetes.io/part-of=segue --for=condition=Ready --timeout=2m
	kubectl apply -f $(MANIFESTS)

.PHONY: release
release: OVERLAY = production
release: ## push the images, write bin/OVERLAY.yaml with their digests and bin/sbom (OVERLAY, MANIFESTS)
	@mkdir -p bin/sbom
	kubectl kustomize knative/overlays/$(OVERLAY) | $(KO) resolve --tags '$(subst +,-,$(VERSION))' --sbom-dir bin/sbom -f - > $(MANIFESTS)

.PHONY: publish
publish: ## release, and commit it to the branch that Argo CD watches (OVERLAY, REMOTE, BRANCH)
	.ci/publish

.PHONY: e2e
e2e: ## deploy to KUBECONFIG's cluster with ko, break it, measure it
	go test -tags e2e -count=1 -v -timeout 60m ./tests/e2e

.PHONY: e2e-gitops
e2e-gitops: ## release through git and Argo CD (GIT_PUSH, GIT_URL), break it, measure it
	go test -tags gitops -count=1 -v -timeout 60m ./tests/e2e
