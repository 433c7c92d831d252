package lsp

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
	"sync"
	"testing"

	"nstar/builtins"
)

var vocabularyOnce = sync.OnceValue(builtins.Vocabulary)

// TestReadFrame has good frames and bad ones; what is wrong must be said.
func TestReadFrame(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"Content-Length: 2\r\n\r\n{}":             "{}",
		"content-length:2\nContent-Type: x\n\n{}": "{}",
		"Content-Length: 0\r\n\r\n":               "",
		"":                                        "EOF",
		"Content-Length: 3\r\n\r\n{}":             "unexpected EOF",
		"Content-Length: 3\r\n":                   "unexpected EOF",
		"Content-Length: -1\r\n\r\n":              "must be from 0",
		"Content-Length: 99999999999\r\n\r\n":     "must be from 0",
		"\r\n{}":                                  "no Content-Length",
		"{}\r\n\r\n":                              "no header",
		strings.Repeat("x", mostHeader+1):         "too long",
		strings.Repeat("A: b\r\n", mostHeaders+1) + "\r\n": "too long",
	} {
		body, err := readFrame(bufio.NewReaderSize(strings.NewReader(in), mostHeader))
		got := string(body)
		if err != nil {
			got = err.Error()
		}
		if got != want && (err == nil || !strings.Contains(got, want)) {
			t.Errorf("%.40q: %q, want %q", in, got, want)
		}
	}
}

// FuzzReadFrame holds that what is written can be read, and that nothing else makes reading go wrong.
func FuzzReadFrame(f *testing.F) {
	f.Add([]byte("Content-Length: 2\r\n\r\n{}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		r := bufio.NewReaderSize(bytes.NewReader(data), mostHeader)
		for range 100 {
			if _, err := readFrame(r); err != nil {
				break
			}
		}
		var stream bytes.Buffer
		if err := writeFrame(&stream, data); err != nil {
			t.Fatal(err)
		}
		back := bufio.NewReaderSize(&stream, mostHeader)
		if body, err := readFrame(back); err != nil || !bytes.Equal(body, data) {
			t.Fatalf("%q came back as %q, %v", data, body, err)
		}
		if _, err := readFrame(back); !errors.Is(err, io.EOF) {
			t.Fatal("something is left: ", err)
		}
	})
}

// TestCancelled has requests that are cancelled before, after and while they wait.
func TestCancelled(t *testing.T) {
	t.Parallel()
	var w waiting
	w.cancel([]byte(`{"id":1}`))
	w.add([]byte("1"))
	if w.done([]byte("1")) {
		t.Error("a cancellation came before its request, and counted")
	}
	w.add([]byte(`"a"`))
	w.cancel([]byte(`{"id":"a"}`))
	w.cancel([]byte(`{`))
	if !w.done([]byte(`"a"`)) {
		t.Error("a cancellation did not count")
	}
	if w.done([]byte(`"a"`)) || len(w.requests) != 0 {
		t.Error("a request is not forgotten")
	}
}
