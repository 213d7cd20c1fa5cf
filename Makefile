# Segue: make help

export KO_CONFIG_PATH := ko.yaml
GOLANGCI_LINT := go run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0

.PHONY: help
help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: ## run everything on this machine (DATASET_URL, PORT, STATE_DIR, TICK)
	@go build -o bin/ ./functions/... ./knative/local && exec bin/local

.PHONY: test
test: ## all tests: no cluster, no network
	go test ./...

.PHONY: race
race: ## the tests under the race detector
	go test -race ./...

.PHONY: check
check: ## formatting, vet, lint, tidy modules
	@test -z "$$(gofmt -l .)" || { gofmt -d .; exit 1; }
	go mod tidy -diff
	go vet ./...
	$(GOLANGCI_LINT) run ./...

.PHONY: sample
sample: ## make the sample dataset anew
	go generate ./shared/dataset/sample

.PHONY: eval
eval: ## quality of recommendations on held-out playlists of DATASET, to OUT
	go run ./tests/eval -dataset '$(DATASET)' -out '$(or $(OUT),bin/quality.md)' $(EVAL)

.PHONY: bench
bench: ## the Go benchmarks, for benchstat
	go test -run '^$$' -bench . -benchmem ./shared/...
