history-title = Historique
history-of = Seulement ce qui a modifié le workflow « { $name } ».
history-all = Tout afficher
history-none = Rien n’a encore été modifié.
history-older = Modifications plus anciennes
history-back = Retour à l’historique
history-revision = Révision { $number }
history-newest = C’est l’état actuel du compte
history-restore = Restaurer cet état…
history-account-deleted = Le compte a été supprimé, avec tous ses workflows.
history-added = ajouté
history-changed = modifié
history-removed = supprimé
history-bring-back = Rétablir cette version
history-bring-back-before = Annuler : rétablir la version d’avant
history-bring-back-deleted = Rétablir le workflow
done-history-brought-back = Le workflow est rétabli.
done-history-restored = L’état est restauré. Ce qui a été fait depuis reste dans l’historique.
history-restore-title = Restaurer l’état de la révision { $number }
history-restore-back = Retour à la révision
history-restore-what = Le compte et tous ses workflows redeviennent ce qu’ils étaient alors. Ce qui a été fait depuis reste dans l’historique, ceci peut donc être annulé aussi.
history-restore-created = { $count ->
    [one] { $count } workflow supprimé depuis revient.
   *[other] { $count } workflows supprimés depuis reviennent.
}
history-restore-updated = { $count ->
    [one] { $count } workflow retrouve sa version d’alors.
   *[other] { $count } workflows retrouvent leur version d’alors.
}
history-restore-deleted = { $count ->
    [one] { $count } workflow ajouté depuis est supprimé.
   *[other] { $count } workflows ajoutés depuis sont supprimés.
}
history-restore-unchanged = { $count ->
    [one] { $count } workflow reste tel quel.
   *[other] { $count } workflows restent tels quels.
}
history-restore-do = Restaurer cet état
history-findings = { $count ->
    [one] { $count } remarque sur les workflows
   *[other] { $count } remarques sur les workflows
}
history-name = Nom
history-description = Description
history-on = Activé
history-off = Désactivé
history-shadow = En observation : il correspond, et ne fait rien
history-stop = Les workflows suivants sont ignorés dès qu’il correspond
history-position = Place dans l’ordre
history-when-all = Quand tout ceci est vrai :
history-when-any = Et quand au moins une de ces choses est vraie :
history-then = Alors :
history-example = Exemple
history-whole-word = mots entiers seulement
history-case = majuscules et minuscules diffèrent
history-accents = les accents comptent
history-small-change = Quelque chose a changé que ces lignes ne montrent pas, par exemple un exemple ou le format d’un texte.

compare-named = { $name } : { $text }
compare-before = Avant :
compare-after = Après :
compare-stated = La liste est fixée : les workflows y sont comparés.
compare-freed = La liste est laissée libre : les workflows n’y sont pas comparés.

operation-CreateAccount = Compte ajouté
operation-UpdateAccount = Annuaire ou réglages modifiés
operation-DeleteAccount = Compte supprimé
operation-CreateWorkflow = Workflow ajouté
operation-UpdateWorkflow = Workflow modifié
operation-DeleteWorkflow = Workflow supprimé
operation-EnableWorkflow = Workflow activé
operation-DisableWorkflow = Workflow désactivé
operation-ReorderWorkflows = Ordre modifié
operation-ImportWorkflows = Workflows importés
operation-RollbackWorkflows = État antérieur restauré
operation-CreateDemo = Démonstration mise en place
history-by-unknown = auteur inconnu
