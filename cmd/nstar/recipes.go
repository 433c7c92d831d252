package main

import (
	"fmt"
	"io/fs"
	"path"
	"strings"

	"nstar/scripts"
)

// recipes lists the scripts inside the binary, or shows one: nstar recipes hostname > my.star.
func recipes(c Command, o given, args []string) int {
	switch {
	case len(args) == 0 || o.has("names"):
		text, err := recipeList(o.has("names"))
		if err != nil {
			return fail(c, err)
		}
		return c.print(text)
	case len(args) == 1:
		name := strings.TrimSuffix(args[0], ".star")
		text, err := scripts.FS.ReadFile(path.Join("recipes", name+".star"))
		if err != nil {
			return fail(c, fmt.Errorf("no such recipe: %s (nstar recipes lists them)", args[0]))
		}
		return c.print(string(text))
	}
	return findVerb("recipes").misuse(c, fmt.Errorf("one NAME at a time, but got %d", len(args)))
}

func recipeList(namesOnly bool) (string, error) {
	files, err := fs.Glob(scripts.FS, "recipes/*.star")
	if err != nil {
		return "", err
	}
	var s strings.Builder
	for _, file := range files {
		name := strings.TrimSuffix(path.Base(file), ".star")
		if namesOnly {
			fmt.Fprintln(&s, name)
			continue
		}
		text, err := scripts.FS.ReadFile(file)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&s, "%-12s %s\n", name, summary(string(text)))
	}
	return s.String(), nil
}

// summary returns the first sentence of a script's header.
func summary(text string) string {
	for l := range strings.Lines(text) {
		l = strings.TrimSpace(l)
		if !strings.HasPrefix(l, "#") {
			return ""
		}
		if strings.HasPrefix(l, "#!") || l == "#" {
			continue
		}
		return strings.TrimSpace(strings.TrimPrefix(l, "#"))
	}
	return ""
}
