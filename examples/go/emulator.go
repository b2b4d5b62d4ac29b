package main

import (
	"net/http"
	"net/url"
	"strings"
)

// throughEmulator is an HTTP client that takes every request for S3 to the emulator at `endpoint` (http://127.0.0.1:4566), in clear and
// with its signed Host. It works after signing, so that the SDK and the bucket's ARN stay as they are; no proxy, CA or DNS is needed.
func throughEmulator(endpoint string) (*http.Client, error) {
	emulator, err := url.Parse(endpoint)
	if err != nil {
		return nil, err
	}
	return &http.Client{Transport: roundTripper(func(request *http.Request) (*http.Response, error) {
		if strings.HasSuffix(request.URL.Hostname(), ".amazonaws.com") {
			request = request.Clone(request.Context())
			request.Host, request.URL.Scheme, request.URL.Host = request.URL.Host, emulator.Scheme, emulator.Host
		}
		return http.DefaultTransport.RoundTrip(request)
	})}, nil
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(request *http.Request) (*http.Response, error) { return f(request) }
