"""The plan that ships with Slagboom: the annual plan of 2023, the instruments and the glossary."""
