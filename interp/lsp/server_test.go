package lsp

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestShutdown has a client stay for a while after shutdown: it hears nothing more, not of a text that changed before.
func TestShutdown(t *testing.T) {
	t.Parallel()
	vocabularyOnce() // outside of the bubble
	synctest.Test(t, func(t *testing.T) {
		in, client := io.Pipe()
		var out bytes.Buffer
		done := make(chan error)
		go func() { done <- Serve(t.Context(), in, &out, nil) }()
		for _, m := range []string{
			`{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}`,
			`{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":{"uri":"untitled:1","version":1,"text":"x"}}}`,
			`{"jsonrpc":"2.0","method":"textDocument/didChange","params":{"textDocument":{"uri":"untitled:1","version":2},"contentChanges":[{"text":"y"}]}}`,
			`{"jsonrpc":"2.0","id":2,"method":"shutdown"}`,
		} {
			if err := writeFrame(client, []byte(m)); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(time.Hour) // of the bubble, where it takes no time
		client.Close()
		if err := <-done; err != nil {
			t.Error(err)
		}
		if _, late, _ := strings.Cut(out.String(), `"id":2`); strings.Contains(late, "Diagnostics") {
			t.Errorf("after shutdown: %s", late)
		}
	})
}
