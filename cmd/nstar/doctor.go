package main

import (
	"context"

	"nstar/interp"
)

// doctor tells what this machine permits to the user, and what would change that.
func doctor(c Command, o given, _ []string) int {
	args := []string{"doctor"}
	if o.has("json") {
		args = append(args, "--json")
	}
	ctx := context.Background()
	in := interp.New(interp.Options{
		Args: args, Env: c.Env, Stdin: c.Stdin, Stdout: c.Stdout, Stderr: c.Stderr, Signals: c.Signals, Adopt: true,
	})
	status := in.Finish(ctx, in.RunEmbedded(ctx, "verbs/doctor.star"))
	if err := in.Close(); err != nil {
		return fail(c, err)
	}
	return status
}
