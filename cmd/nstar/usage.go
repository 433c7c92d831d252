package main

import (
	"fmt"
	"strings"
)

// usage is the SYNOPSIS of all forms of the command line.
func usage() string {
	var s strings.Builder
	head := "usage: "
	for _, form := range synopses() {
		fmt.Fprintf(&s, "%snstar %s\n", head, form)
		head = "       "
	}
	return s.String()
}

func synopses() []string {
	forms := []string{"[--trace] [-i] [FILE [ARG…]]", "[--trace] [-i] -c CODE [ARG…]"}
	for _, v := range verbs() {
		forms = append(forms, v.synopsis())
	}
	return forms
}

// synopsis is the form of the command line that has the verb.
func (v verb) synopsis() string {
	words := []string{v.name}
	for _, o := range v.options {
		words = append(words, "["+strings.TrimSpace(o.String()+" "+o.arg)+"]")
	}
	if v.operands != "" {
		words = append(words, v.operands)
	}
	return strings.Join(words, " ")
}

// statuses says what the exit status means.
const statuses = `the script's own, or that of the program that it becomes, or that failed it; 1 after another
error; 2 when the command line is wrong; 126 and 127 when the script, or a program, cannot be read or executed,
or is missing; 128+n when signal n ended it.`

// details is the page of --help.
func details() string {
	var s strings.Builder
	s.WriteString(usage() + "\nWithout FILE nstar is a prompt, or runs what a pipe gives it; - is standard input.\n\n")
	s.WriteString(optionList(nstarOptions))
	s.WriteString("\n")
	for _, v := range verbs() {
		fmt.Fprintf(&s, "  %-12s %s\n", v.name, v.doc)
	}
	s.WriteString("\nnstar VERB --help tells more of one of these. A file of such a name is run as ./help.\n")
	s.WriteString("\nExit status: " + statuses + "\n")
	return s.String()
}

// page is what --help shows of a verb.
func (v verb) page() string {
	return fmt.Sprintf("usage: nstar %s\n\n%s.\n\n%s", v.synopsis(), capital(v.about()), optionList(v.allOptions()))
}

// about is all that the verb's table entry says of it.
func (v verb) about() string {
	if v.more == "" {
		return v.doc
	}
	return v.doc + ". " + v.more
}

func (v verb) allOptions() []option {
	return append(v.options[:len(v.options):len(v.options)], helpOption)
}

// optionList has a line for each option.
func optionList(options []option) string {
	var s strings.Builder
	for _, o := range options {
		fmt.Fprintf(&s, "  %-12s %s\n", o.typed(), o.doc)
	}
	return s.String()
}

// typed is the option in all its forms, with its value.
func (o option) typed() string {
	text := o.String()
	if o.letter != "" {
		text = dashes(o.letter) + ", " + text
	}
	return strings.TrimSpace(text + " " + o.arg)
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
