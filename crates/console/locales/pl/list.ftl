list-title = Workflow
