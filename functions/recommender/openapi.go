package main

import _ "embed"

// openapiJSON describes the API to programs.
//
//go:embed openapi.json
var openapiJSON []byte

var openAPI = document{"application/json", openapiJSON}

// index describes the API to whoever opens it in a browser.
var index = document{"text/plain; charset=utf-8", []byte(`Segue recommends tracks for a playlist.

POST /api/recommend   songs for a playlist: {"songs":["Yesterday","Bohemian Rhapsody"]}
GET  /api/songs?q=    search as you type
GET  /api/rules       what the recommendations come from
GET  /openapi.json    all of it in detail
GET  /healthz /readyz /metrics   for the platform
`)}
