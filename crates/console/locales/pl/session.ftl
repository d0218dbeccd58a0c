sign-in = Zaloguj się
sign-in-title = Zaloguj się do Tamis
sign-in-what = Twórz, wypróbowuj i obserwuj workflow swojego działu obsługi klienta.
sign-in-credential = Klucz API lub token
sign-in-help = Klucz utworzony dla Ciebie przez administratora albo token JWT Twojej firmy. Aby widzieć workflow, potrzebuje roli „edit”, a aby zmieniać katalog – roli „admin”.
sign-in-empty = Wpisz klucz lub token.
sign-in-too-long = To więcej niż jakikolwiek klucz lub token, który konsola może zapamiętać.
sign-in-refused = Usługa nie zna tego klucza ani tokenu albo stracił on ważność.
