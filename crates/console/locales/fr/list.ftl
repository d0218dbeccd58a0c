list-title = Workflows
list-add = Ajouter un workflow
list-search = Rechercher par nom, description ou identifiant
list-state = État
list-state-all = Tous
list-state-active = Actifs
list-state-inactive = Inactifs
list-find = Rechercher
list-pages = Pages
list-count = { $count ->
    [0] Aucun workflow
    [one] { $count } workflow
   *[other] { $count } workflows
}
list-found = { $count ->
    [0] Aucun workflow ne correspond
    [one] { $count } workflow trouvé
   *[other] { $count } workflows trouvés
}
list-empty = Il n’y a pas encore de workflow. Les workflows décident de ce qui arrive à un ticket quand il change, ou quand le temps passe.
list-empty-templates = Commencer par un modèle
list-active = Actif :
list-yes = Oui
list-no = Non
list-enable = Activer
list-disable = Désactiver
list-shadow = Simulation
list-shadow-help = Il est évalué et compté, mais ses actions ne sont pas exécutées
list-stop = Arrêt
list-stop-help = Quand il correspond, les workflows suivants sont ignorés
list-matched = { $count ->
    [0] Aucune correspondance depuis le démarrage du service
    [one] { $count } correspondance
   *[other] { $count } correspondances
}
list-matched-shadow = { $count ->
    [0] Aucune correspondance en simulation depuis le démarrage du service
    [one] { $count } correspondance en simulation
   *[other] { $count } correspondances en simulation
}
list-last-match = la dernière le
list-handle = Déplacer « { $name } »
list-handle-help = Faites glisser, ou utilisez les flèches du clavier
list-moved-to = Place { $place } sur { $count }
list-menu = Actions pour « { $name } »
list-edit = Modifier
list-duplicate = Dupliquer
list-move-up = Monter
list-move-down = Descendre
list-move-top = Placer en premier
list-move-bottom = Placer en dernier
list-history = Historique
list-delete = Supprimer
list-delete-title = Supprimer « { $name } » ?
list-delete-what = Il s’arrête aussitôt. Il reste dans l’historique, d’où il peut être rétabli.
list-delete-not = Le garder
sentence-if = Si
sentence-and = et
sentence-and-either = et soit
sentence-or = ou
done-enabled = Le workflow est activé.
done-disabled = Le workflow est désactivé.
done-deleted = Le workflow est supprimé. Il peut être rétabli depuis l’historique.
done-moved = Le workflow a changé de place.
