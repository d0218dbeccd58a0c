sign-in = Sign in
sign-in-title = Sign in to Tamis
sign-in-what = Write, try and watch the workflows of your helpdesk.
sign-in-credential = API key or token
sign-in-help = A key that an administrator made for you, or a JSON Web Token of your company’s. It needs the role “edit” to see workflows, and “admin” to change the directory.
sign-in-empty = Enter a key or a token.
sign-in-too-long = This is longer than any key or token that the console can keep.
sign-in-refused = The service does not know this key or token, or it has expired.
