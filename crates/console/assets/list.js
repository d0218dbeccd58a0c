// The list of workflows.
