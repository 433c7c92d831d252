package task

// startLimit is RLIMIT_NOFILE as the host was started with, as a struct
// rlimit64, or nil where it was not changed since.
func startLimit() []byte { return nil }
