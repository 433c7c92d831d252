// Package scripts holds the Starlark that is shipped inside the binary:
// lib (to load), recipes (to run), demos (to watch) and verbs (the subcommands
// of the command line that are scripts).
package scripts

import "embed"

// FS is the tree below this folder: "lib/NAME.star", "recipes/NAME.star", "demos/…",
// "verbs/NAME.star".
//
//go:embed */*.star
var FS embed.FS
