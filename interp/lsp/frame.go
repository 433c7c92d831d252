package lsp

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// What a client may ask of our memory.
const (
	mostHeaders = 32
	mostHeader  = 4 << 10  // bytes of one header line
	mostBody    = 64 << 20 // bytes of one message
)

// readFrame reads one message: headers as in HTTP, of which only Content-Length counts, and that many bytes.
// io.EOF says that there is no further one. After any other error the stream cannot be read on.
func readFrame(r *bufio.Reader) ([]byte, error) {
	length := -1
	for n := 0; ; n++ {
		line, err := r.ReadSlice('\n')
		switch {
		case errors.Is(err, io.EOF) && n == 0 && len(line) == 0:
			return nil, io.EOF
		case errors.Is(err, io.EOF):
			return nil, io.ErrUnexpectedEOF
		case errors.Is(err, bufio.ErrBufferFull), n == mostHeaders:
			return nil, errors.New("the header of a message is too long")
		case err != nil:
			return nil, err
		}
		header := strings.TrimRight(string(line), "\r\n")
		if header == "" {
			break
		}
		name, value, ok := strings.Cut(header, ":")
		if !ok {
			return nil, fmt.Errorf("no header of a message: %.40q", header)
		}
		if !strings.EqualFold(strings.TrimSpace(name), "Content-Length") {
			continue
		}
		if length, err = strconv.Atoi(strings.TrimSpace(value)); err != nil || length < 0 || length > mostBody {
			return nil, fmt.Errorf("Content-Length must be from 0 to %d, but is %.40q", mostBody, value)
		}
	}
	if length < 0 {
		return nil, errors.New("a message has no Content-Length")
	}
	var body bytes.Buffer // grows as bytes come: a length is only a claim
	if _, err := io.CopyN(&body, r, int64(length)); err != nil {
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		return nil, err
	}
	return body.Bytes(), nil
}

// writeFrame writes one message, in one piece.
func writeFrame(w io.Writer, body []byte) error {
	frame := fmt.Appendf(make([]byte, 0, len(body)+32), "Content-Length: %d\r\n\r\n", len(body))
	_, err := w.Write(append(frame, body...))
	return err
}
