package lsp

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// TestPosition converts places of a text with characters of one to four bytes and all ends of lines.
func TestPosition(t *testing.T) {
	t.Parallel()
	d := newDocument("", "aä𝄞b\r\n\rx\n")
	if want := []int{0, 10, 11, 13}; !slices.Equal(d.starts, want) {
		t.Fatalf("lines begin at %v, want %v", d.starts, want)
	}
	for _, test := range []struct {
		units  encoding
		at     position
		offset int
		back   position
	}{
		{utf16Units, position{0, 0}, 0, position{0, 0}},
		{utf16Units, position{0, 2}, 3, position{0, 2}},
		{utf16Units, position{0, 3}, 3, position{0, 2}}, // between surrogates
		{utf16Units, position{0, 4}, 7, position{0, 4}},
		{utf16Units, position{0, 99}, 8, position{0, 5}},
		{utf16Units, position{1, 0}, 10, position{1, 0}},
		{utf16Units, position{2, 1}, 12, position{2, 1}},
		{utf16Units, position{3, 0}, 13, position{3, 0}},
		{utf16Units, position{99, 7}, 13, position{3, 0}},
		{utf16Units, position{-1, 0}, 0, position{0, 0}},
		{utf16Units, position{0, -1}, 0, position{0, 0}},
		{utf8Units, position{0, 3}, 3, position{0, 3}},
		{utf8Units, position{0, 5}, 3, position{0, 3}}, // inside a character
		{utf8Units, position{0, 7}, 7, position{0, 7}},
		{utf32Units, position{0, 3}, 7, position{0, 3}},
	} {
		if got := d.offset(test.at, test.units); got != test.offset {
			t.Errorf("%s %v is offset %d, want %d", test.units, test.at, got, test.offset)
		}
		if got := d.position(test.offset, test.units); got != test.back {
			t.Errorf("%s offset %d is %v, want %v", test.units, test.offset, got, test.back)
		}
	}
}

// FuzzPosition holds that every place between two characters of a line survives the way there and back, and that no
// place is outside of the text.
func FuzzPosition(f *testing.F) {
	f.Add("aä𝄞b\r\n\rx\n", 1, 2)
	f.Add("\xff\xfe\r", 0, 1)
	f.Fuzz(func(t *testing.T, text string, line, character int) {
		d := newDocument("", text)
		for _, e := range []encoding{utf8Units, utf16Units, utf32Units} {
			at := d.offset(position{line, character}, e)
			if at < 0 || at > len(text) {
				t.Fatalf("%s %d:%d is offset %d of %d", e, line, character, at, len(text))
			}
			for i := range text {
				if text[i] == '\n' && i > 0 && text[i-1] == '\r' {
					continue // in the midst of an end of line
				}
				if back := d.offset(d.position(i, e), e); back != i {
					t.Fatalf("%s: offset %d comes back as %d", e, i, back)
				}
			}
		}
	})
}

// FuzzFeatures asks about a place of any text: nothing may panic, and nothing may change the text but an edit that
// the client makes.
func FuzzFeatures(f *testing.F) {
	f.Add("def f(x, y=[1]):\n\treturn x\nf(1, y=", 30, "a.b(")
	f.Add("load('x', a='b'); for x, (y, z) in [lambda k, *a: 1 for q in {}]: x[i], j = 1", 5, ")")
	f.Add("!x", 1, "netns.")
	f.Add("def (", 5, "(\n def")
	f.Fuzz(func(t *testing.T, text string, at int, more string) {
		if !utf8.ValidString(text + more) {
			t.Skip("JSON has no other strings")
		}
		s := &server{units: utf16Units, documents: map[string]*document{}, vocabulary: vocabularyOnce()}
		d := newDocument("untitled:1", text)
		p := d.position(max(0, min(at, len(text))), s.units)
		d.apply(change{&span{p, p}, more}, s.units)
		if len(d.text) != len(text)+len(more) {
			t.Fatal("the text is not what was put together")
		}
		where := d.offset(p, s.units)
		for _, at := range []int{0, where, min(where+len(more), len(d.text)), len(d.text)} {
			list, err := s.complete(d, at)
			if err != nil {
				t.Fatal(err)
			}
			for _, item := range list.Items {
				if strings.ContainsAny(item.Label, "\n") {
					t.Errorf("%q is no name", item.Label)
				}
			}
			_, _ = s.hover(d, at)
			_, _ = s.signatureHelp(d, at)
			_, _ = s.define(d, at)
		}
		if _, err := s.symbols(d); err != nil {
			t.Fatal(err)
		}
		s.problems(d)
	})
}
