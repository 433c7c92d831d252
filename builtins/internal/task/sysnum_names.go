package task

// Names are the system calls of this architecture, in no order.
func Names() []string {
	names := make([]string, 0, len(sysNumbers()))
	for name := range sysNumbers() {
		names = append(names, name)
	}
	return names
}
