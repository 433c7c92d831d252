package task

// Names are the system calls of this architecture, sorted.
func Names() []string {
	names := make([]string, 0, len(sysOrder))
	for _, nr := range sysOrder {
		names = append(names, sysNames[nr])
	}
	return names
}
