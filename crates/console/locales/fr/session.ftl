sign-in = Se connecter
sign-in-title = Se connecter à Tamis
sign-in-what = Écrivez, essayez et suivez les workflows de votre service client.
sign-in-credential = Clé d’API ou jeton
sign-in-help = Une clé qu’un administrateur a créée pour vous, ou un jeton JWT de votre entreprise. Il lui faut le rôle « edit » pour voir les workflows, et « admin » pour modifier l’annuaire.
sign-in-empty = Saisissez une clé ou un jeton.
sign-in-too-long = C’est plus long que toute clé ou tout jeton que la console peut retenir.
sign-in-refused = Le service ne connaît pas cette clé ou ce jeton, ou bien sa validité a expiré.
