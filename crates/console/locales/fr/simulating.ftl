simulating-title = Simuler
simulating-intro = Voyez ce qu’une modification de vos workflows aurait fait de ce qui s’est déjà passé. Rien n’est envoyé ni enregistré.
simulating-shadows = Résultats du mode simulation
simulating-search = Trouver un workflow par son nom
simulating-search-go = Trouver
simulating-what = Que simuler
simulating-workflow = Workflow ou modèle
simulating-own = Workflows de ce compte
simulating-templates = Modèles
simulating-as = Ce qu’il doit être
simulating-unsaved = Le workflow « { $name } » tel que vous l’avez modifié, sans être enregistré.
as-is = tel quel
as-live = activé
as-shadow = en mode simulation
as-off = désactivé
is-live = activé
is-shadow = simulation
is-off = désactivé
simulating-changes = Sur quels changements
simulating-log = Les dernières décisions de ce service
simulating-last = Combien
simulating-file-choice = Un fichier
simulating-file = Fichier de changements enregistrés
simulating-file-help = Des lignes du journal des décisions, ou des EvaluateRequest en JSON, une par ligne ; jusqu’à 64 Mio.
simulating-go = Simuler
simulating-busy = Simulation en cours…
simulating-live = Actuellement
simulating-draft = Simulé
simulating-numbers = Les chiffres
simulating-no-draft = Choisissez un workflow ou un modèle.
simulating-no-file = Choisissez un fichier de changements enregistrés.
simulating-no-log = Ce service ne tient pas de journal de ses décisions. Il en tient un s’il est démarré avec « --decision-log decisions.jsonl » ; ou choisissez un fichier.
simulating-log-empty = Le journal n’a pas encore de décision de ce compte.

found-title = Ce que « { $name } » aurait fait
found-changes = { $count ->
    [one] { $count } changement
   *[other] { $count } changements
}
found-differing = { $count ->
    [0] Aucun ne serait décidé autrement.
    [one] { $count } serait décidé autrement.
   *[other] { $count } seraient décidés autrement.
}
found-masked = { $count ->
    [one] Dans { $count } ligne, des textes ont été masqués à l’enregistrement, les conditions qui les regardent jugent donc le masque : { $fields }.
   *[other] Dans { $count } lignes, des textes ont été masqués à l’enregistrement, les conditions qui les regardent jugent donc le masque : { $fields }.
}
found-of-others = { $count ->
    [one] { $count } ligne concerne un autre compte et a été laissée de côté.
   *[other] { $count } lignes concernent d’autres comptes et ont été laissées de côté.
}
found-nothing = Aucun changement n’a pu être jugé.
found-live = Correspondances actuelles
found-draft = Correspondances simulées
found-gained = Gagnées
found-lost = Perdues
found-acts = Autres actions
found-others = Autres workflows que cela change
found-workflow = Workflow
found-more = et { $count } de plus
found-refused = { $count ->
    [one] { $count } ligne n’a pas pu être jugée
   *[other] { $count } lignes n’ont pas pu être jugées
}
found-unreadable = Ce n’est pas un changement de ticket en JSON :
found-line = Ligne { $line } :
plot-days = Correspondances par jour
plot-day = Jour
plot-actions = Actions qui seraient faites, tous workflows confondus
plot-action = Action
samples-gained = Quelques changements qui correspondraient aussi
samples-lost = Quelques changements qui ne correspondraient plus
samples-changed = Quelques changements aux actions différentes
sample-ticket = Ticket { $id } (ligne { $line })
sample-live = Actuellement :
sample-draft = Simulé :
save-live = L’activer
save-shadow = Enregistrer en simulation
save-off = Le désactiver
done-simulated-live = C’est enregistré et activé.
done-simulated-shadow = C’est enregistré en mode simulation.
done-simulated-off = C’est enregistré et désactivé.

shadows-title = Résultats du mode simulation
shadows-back = Retour à la simulation
shadows-intro = Les workflows en mode simulation sont évalués et comptés, et ne font rien.
shadows-since = Comptés depuis le
shadows-none = Aucun de ces workflows n’est en mode simulation.
shadows-count = { $shadow ->
    [one] { $shadow } correspondance en mode simulation, { $live } en réel
   *[other] { $shadow } correspondances en mode simulation, { $live } en réel
}
shadows-simulate = Simuler
shadows-live = Passer en réel
