// Package scripts holds the Starlark that is shipped inside the binary:
// lib (to load), recipes (to run) and demos (to watch).
package scripts

import "embed"

// FS is the tree below this folder: "lib/NAME.star", "recipes/NAME.star", "demos/…".
//
//go:embed */*.star
var FS embed.FS
