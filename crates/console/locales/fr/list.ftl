list-title = Workflows
