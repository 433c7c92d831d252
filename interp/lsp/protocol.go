package lsp

import (
	"encoding/json"
	"fmt"
)

// A message is what a client sends: a request, or, without an id, a notification.
type message struct {
	ID     json.RawMessage `json:"id"`
	Method string          `json:"method"`
	Params json.RawMessage `json:"params"`

	bad *rpcError // what came is no message
}

var null = json.RawMessage("null")

func readMessage(body []byte) *message {
	m := &message{}
	if err := json.Unmarshal(body, m); err != nil {
		if json.Valid(body) {
			return &message{bad: &rpcError{codeInvalid, "a message must be an object with a method"}}
		}
		return &message{bad: &rpcError{codeParse, err.Error()}}
	}
	return m
}

// isRequest tells whether the client waits for an answer.
func (m *message) isRequest() bool { return len(m.ID) > 0 && string(m.ID) != "null" }

type response struct {
	Version string          `json:"jsonrpc"`
	ID      json.RawMessage `json:"id"`
	Result  any             `json:"result"` // null, too, is a result
}

type failure struct {
	Version string          `json:"jsonrpc"`
	ID      json.RawMessage `json:"id"` // null: of what could not be read
	Error   *rpcError       `json:"error"`
}

type notification struct {
	Version string `json:"jsonrpc"`
	Method  string `json:"method"`
	Params  any    `json:"params"`
}

// The errors of JSON-RPC and of the protocol.
const (
	codeParse          = -32700
	codeInvalid        = -32600
	codeNoMethod       = -32601
	codeParams         = -32602
	codeInternal       = -32603
	codeNotInitialized = -32002
	codeCancelled      = -32800
)

type rpcError struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
}

func (e *rpcError) Error() string { return e.Message }

func errorf(code int, format string, args ...any) error {
	return &rpcError{code, fmt.Sprintf(format, args...)}
}

// read is the params of a message as a T.
func read[T any](params json.RawMessage) (T, error) {
	var v T
	if len(params) == 0 {
		return v, errorf(codeParams, "params are missing")
	}
	if err := json.Unmarshal(params, &v); err != nil {
		return v, errorf(codeParams, "%v", err)
	}
	return v, nil
}

type identifier struct {
	URI     string `json:"uri"`
	Version *int   `json:"version"`
}

// place is the params of all that is asked about a cursor.
type place struct {
	TextDocument identifier `json:"textDocument"`
	Position     position   `json:"position"`
}

type location struct {
	URI   string `json:"uri"`
	Range span   `json:"range"`
}

type markup struct {
	Kind  string `json:"kind"`
	Value string `json:"value"`
}

func markdown(text string) *markup { return &markup{"markdown", text} }

type edition struct {
	Range   span   `json:"range"`
	NewText string `json:"newText"`
}
