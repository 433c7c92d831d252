package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/textproto"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"nstar/builtins"
)

var updateLSP = flag.Bool("update-lsp", false, "rewrite what the language server answers in testdata/lsp/session.txt")

// An lspClient is an editor, which has started nstar lsp.
type lspClient struct {
	t   *testing.T
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

func startLSP(t *testing.T) *lspClient {
	t.Helper()
	c := &lspClient{t: t, cmd: exec.Command("nstar", "lsp", "--stdio")}
	c.cmd.Stderr = t.Output()
	var err error
	if c.in, err = c.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := c.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	c.out = bufio.NewReader(out)
	if err := c.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	late := time.AfterFunc(time.Minute, func() { c.cmd.Process.Kill() })
	t.Cleanup(func() {
		late.Stop()
		c.in.Close()
		c.cmd.Wait()
	})
	return c
}

func (c *lspClient) send(body string) {
	c.t.Helper()
	if _, err := fmt.Fprintf(c.in, "Content-Length: %d\r\nContent-Type: application/vscode-jsonrpc; charset=utf-8\r\n\r\n%s", len(body), body); err != nil {
		c.t.Fatal(err)
	}
}

// receive returns the next message, its keys sorted.
func (c *lspClient) receive() string {
	c.t.Helper()
	header, err := textproto.NewReader(c.out).ReadMIMEHeader()
	if err != nil {
		c.t.Fatal("the header of an answer: ", err)
	}
	n, err := strconv.Atoi(header.Get("Content-Length"))
	if err != nil {
		c.t.Fatal(err)
	}
	body := make([]byte, n)
	if _, err := io.ReadFull(c.out, body); err != nil {
		c.t.Fatal(err)
	}
	var v any
	if err := json.Unmarshal(body, &v); err != nil {
		c.t.Fatalf("%v in %s", err, body)
	}
	return sortedJSON(c.t, v)
}

func sortedJSON(t *testing.T, v any) string {
	t.Helper()
	var s strings.Builder
	e := json.NewEncoder(&s)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(s.String())
}

// status closes the connection and returns the exit status.
func (c *lspClient) status() int {
	c.t.Helper()
	c.in.Close()
	if _, err := c.out.ReadByte(); err != io.EOF {
		c.t.Error("something is left to read: ", err)
	}
	var exit *exec.ExitError
	if err := c.cmd.Wait(); err != nil && !errors.As(err, &exit) {
		c.t.Fatal(err)
	}
	return c.cmd.ProcessState.ExitCode()
}

// TestLSPSession plays testdata/lsp/session.txt: lines with --> are sent, and those with <-- must be what comes back.
// DIR stands for a folder with the other files of testdata/lsp.
func TestLSPSession(t *testing.T) {
	t.Parallel()
	file := filepath.Join("testdata", "lsp", "session.txt")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Dir(file))); err != nil {
		t.Fatal(err)
	}
	c := startLSP(t)
	var now strings.Builder
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "<-- ") {
			continue
		}
		now.WriteString(line)
		message, ok := strings.CutPrefix(line, "--> ")
		if !ok {
			continue
		}
		c.send(strings.ReplaceAll(strings.TrimSpace(message), "DIR", dir))
		if answered(message) {
			fmt.Fprintf(&now, "<-- %s\n", strings.ReplaceAll(withoutPages(t, c.receive()), dir, "DIR"))
		}
	}
	if status := c.status(); status != 0 {
		t.Errorf("exit status %d", status)
	}
	if now.String() == string(text) {
		return
	}
	if *updateLSP {
		if err := os.WriteFile(file, []byte(now.String()), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	is, want := strings.Split(now.String(), "\n"), strings.Split(string(text), "\n")
	for i := range min(len(is), len(want)) {
		if is[i] != want[i] {
			t.Fatalf("%s:%d (-update-lsp rewrites it)\n got %s\nwant %s", file, i+1, is[i], want[i])
		}
	}
	t.Fatalf("%s: %d lines, want %d", file, len(is), len(want))
}

// answered tells whether something comes back: to each request, and diagnostics after each change of a text.
func answered(message string) bool {
	var m struct {
		ID     any
		Method string
	}
	if json.Unmarshal([]byte(message), &m) != nil {
		return true
	}
	return m.ID != nil || strings.HasPrefix(m.Method, "textDocument/did") || m.Method == ""
}

// withoutPages puts names in the place of what words say of themselves, which is theirs to change.
func withoutPages(t *testing.T, answer string) string {
	t.Helper()
	for _, name := range []string{"sethostname", "netns.add", "getcwd"} {
		b := builtins.Lookup(name)
		for what, text := range map[string]string{"PAGE": b.Markdown(), "DOC": b.Doc} {
			answer = strings.ReplaceAll(answer, sortedJSON(t, text), fmt.Sprintf(`"%s of %s"`, what, name))
		}
	}
	return answer
}

const initializeLSP = `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{}}}`

// TestLSPEnds is about clients that leave without a word.
func TestLSPEnds(t *testing.T) {
	t.Parallel()
	for name, sent := range map[string][]string{
		"nothing":     nil,
		"initialize":  {initializeLSP},
		"no shutdown": {initializeLSP, `{"jsonrpc":"2.0","method":"exit"}`},
	} {
		c := startLSP(t)
		for _, m := range sent {
			c.send(m)
			if answered(m) {
				c.receive()
			}
		}
		if status := c.status(); status != 1 {
			t.Errorf("%s: exit status %d, want 1", name, status)
		}
	}
	c := startLSP(t)
	fmt.Fprint(c.in, "Content-Length: x\r\n\r\n")
	if status := c.status(); status != 1 {
		t.Errorf("a bad header: exit status %d, want 1", status)
	}
}

// TestLSPSignal holds that a signal ends a server whose client does not read.
func TestLSPSignal(t *testing.T) {
	t.Parallel()
	c := startLSP(t)
	c.send(initializeLSP)
	c.receive()
	go func() { // until the pipes are full
		for _, err := io.WriteString(c.in, ""); err == nil; {
			_, err = io.WriteString(c.in, "Content-Length: 2\r\n\r\n{x")
		}
	}()
	time.Sleep(100 * time.Millisecond)
	if err := c.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	c.cmd.Wait()
	if status := c.cmd.ProcessState.ExitCode(); status != 128+int(syscall.SIGTERM) {
		t.Errorf("exit status %d", status)
	}
}

// TestLSPFlood sends many changes of a large text, and requests that are cancelled, without waiting for answers.
func TestLSPFlood(t *testing.T) {
	t.Parallel()
	c := startLSP(t)
	c.send(initializeLSP)
	c.receive()
	large, err := json.Marshal(strings.Repeat("sethostname(\"inner\")  # 𝄞\n", 20_000)) // 0.5 MB
	if err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	go func() {
		c.send(`{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":{"uri":"untitled:1","version":1,"text":` + string(large) + `}}}`)
		for i := range 300 {
			c.send(fmt.Sprintf(`{"jsonrpc":"2.0","method":"textDocument/didChange","params":{"textDocument":{"uri":"untitled:1","version":%d},`+
				`"contentChanges":[{"range":{"start":{"line":%d,"character":0},"end":{"line":%d,"character":0}},"text":"x"}]}}`, i+2, i, i))
		}
		c.send(`{"jsonrpc":"2.0","id":2,"method":"textDocument/documentSymbol","params":{"textDocument":{"uri":"untitled:1"}}}`)
		c.send(`{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":2}}`)
		c.send(`{"jsonrpc":"2.0","id":3,"method":"shutdown"}`)
	}()
	told := 0
	for {
		m := c.receive()
		if strings.Contains(m, "publishDiagnostics") {
			told++
		}
		if strings.Contains(m, `"id":3`) {
			break
		}
	}
	if told == 0 || told > 150 {
		t.Errorf("diagnostics came %d times", told)
	}
	t.Logf("%v, diagnostics %d times", time.Since(start), told)
	if status := c.status(); status != 0 {
		t.Errorf("exit status %d", status)
	}
}
