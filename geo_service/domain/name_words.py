"""Words by which the guard of free text tells a person's name from a place's.

Lists are never complete: what they miss is caught by the pattern of two capitalised words, and
what that catches too much of is mended by the names of the areas that the caller gives.
"""

from __future__ import annotations

import re
from typing import Final

_FIRST_NAMES: Final = """
Aase Abdi Abdirahman Abdul Abdullah Abdullahi Abukar Adam Adnan Agnes Ahmad Ahmed Aisha Aksel
Alaa Albert Alberte Alexander Alfred Ali Alma Amal Amin Amina Amir Anders Andrea Andreas Ane
Anette Anita Anja Anna Anne Annette Anni Annika Anton Arne Arthur August Aya Ayaan Ayse Bashir
Benjamin Benny Bent Bente Bilal Birgit Birgitte Birthe Bjarne Bjørn Bo Bodil Brian Camilla Carl
Caroline Carsten Casper Cecilie Charlotte Christian Christina Christoffer Clara Claus Connie
Dagmar Dan Daniel David Deniz Dennis Dina Ditte Dorte Dorthe Ebba Egon Elias Elin Elisabeth Ella
Ellen Else Emil Emilie Emily Emir Emma Emre Erik Erling Ernst Ester Esther Eva Faisal Farah
Fatih Fatima Fatma Felix Filip Finn Flemming Frederik Frederikke Freja Frida Frode Gerda Gitte
Gorm Grethe Gunnar Gustav Habib Hamza Hannah Hanne Hans Harald Hasan Hassan Heidi Helene Helge
Helle Henning Henrik Henry Huda Hugo Hussein Ib Ibrahim Ida Idris Ilyas Inga Inge Inger Ingrid
Irene Isabella Isak Ismael Ismail Issa Ivan Jacob Jakob Jamal Jamila Jan Jane Janne Jannik Jens
Jeppe Jesper Jette Joakim Johan Johanne Johannes John Johnny Jonas Jonathan Jonna Josefine Julia
Julie Julius Jytte Jørgen Kaj Kamal Karen Karin Karina Karl Karla Karsten Kasper Katrine Kenneth
Kevin Khaled Khalid Kim Kirsten Kirstine Kjeld Klaus Knud Kristian Kristina Kristoffer Kurt Lars
Lasse Laura Laurits Layla Leif Leila Lena Lene Leo Leyla Liban Lis Lisbeth Lise Liselotte Liv
Liva Lone Lotte Louise Lucas Lukas Luna Mads Magnus Mahad Mahmoud Maja Majid Malene Malik Malthe
Marcus Maria Mariam Marianne Marie Mariem Markus Martin Marwan Maryam Mathias Mathilde Max
Mehmet Merete Mette Michael Mie Mikkel Mille Mohamad Mohamed Mohammad Mohammed Mona Morten
Muhammad Muhammed Murat Musa Mustafa Nadia Nanna Nasir Nasser Nicklas Nicolai Nicolas Niels
Nikolaj Nikolas Nina Noah Nora Nour Ola Ole Olga Oliver Olivia Omar Orhan Oscar Osman Otto Palle
Patrick Pelle Per Pernille Peter Pia Poul Preben Rami Rashid Rasmus Rayan René Rikke Robert Rosa
Ruth Said Salim Salma Sami Samir Samira Sander Sanne Sara Sarah Sebastian Selma Signe Silje
Simon Sine Sofia Sofian Sofie Sofus Solveig Steen Stefan Stig Stine Storm Sune Susanne Svend
Søren Tage Tanja Tarek Tariq Thea Theo Theodor Thomas Thor Thorkild Tim Tina Tobias Tom Tommy
Torben Tove Trine Troels Tue Uffe Ulla Ulrik Umar Valdemar Vibeke Victor Victoria Viggo Viktor
Villads Walid Warsame William Yahya Yasin Yasmin Yassin Younes Yousef Yusuf Zahra Zaid Zainab
Zakaria Ziad Åge Åse Øjvind
"""
FIRST_NAMES: Final = frozenset(_FIRST_NAMES.split())
"""Common first names in Denmark; `ALSO_WORDS` are ordinary words as well."""

PLACE_WORD: Final = re.compile(
    r"\w*(?:vej|vejen|gade|gaden|allé|alle|alléen|plads|pladsen|stræde|strædet|boulevard|"
    r"boulevarden|parken|torv|torvet|hallen|station|stationen|skole|skolen|klub|klubben|kirke|"
    r"kirken|centret|center|centeret|vænge|vænget|havn|havnen|stien|gården|gårde|huset|kvarter|"
    r"kvarteret|bakken|kilen|marken|toften|lunden|vangen|bibliotek|biblioteket|container|"
    r"containeren|passagen|passage|tunnelen|banen|anlæg|anlægget|kiosken|kollegiet|politi|kommune|"
    r"forening|foreningen|helhedsplan|helhedsplanen|forvaltning|forvaltningen|udvalg|udvalget|"
    r"metro|metroen)|\w+(?:bro|park|sti)|øst|nord|syd|vest|park",
    re.IGNORECASE,
)
"""A word that is a place or an organisation, or makes one of the word before it."""

SAINT: Final = frozenset({"Sankt", "Skt", "Sct"})
"""Before the first name of a street or square: `Sankt Hans Torv`."""

_ORDINARY: Final = """
Aften Aftenen Aktivitet Alle Alt Andre April August BIF BUF Bagefter Begge Både Børn DSB Da Dag
Danmark De December Den Der Derefter Deres Derfor Det Dette Dialog Drenge Efter Ellers En
Enkelte Et Februar Fem Fire Flere Flest For Forældre Fra Fredag Få Færre Første Gadeteamet Gamle
God Gode Gruppe Gruppen Grupper Har Hele Her Hjem Hold Hvis Hvor Hærværk I Igen Ikke Indenfor
Indre Indtil Ingen Intet Januar Juli Juni Jævn Kl Klubben Kom Kommune Kommunen Kun København
Københavns Lidt Lige Lille Lørdag Maj Man Mandag Mange Marts Med Meget Mellem Men Mens Mere Mest
Mindre Mindst Mod Musik Mørkt Nabo Naboer Natten Nogen Noget Nogle Nordre Normalt November Nu Ny
Nye Når Næste Og Ok Oktober Om Onsdag Op Over Piger Politi Politiet Positivt På Rolig Roligt SOF
SSP Samlet Samme Samtale Senere Sent September Ses Set Siden Som Stadig Stemning Stemningen Stor
Store Stort Søndag Søndre TMF Tak Tidligt Til Tirsdag To Torsdag Tre Trygt Tæt Ud Under Ungdom
Unge Uro Utrygt Ved Vestre Vi Voksne Vold Vores Være Været Ydre Østre
"""
ORDINARY: Final = frozenset(_ORDINARY.split())
"""Words that open a sentence, or are capitalised for another reason than naming somebody."""

_ALSO_WORDS: Final = """
Alma Amin Ane August Bent Bo Dan Else Hans Jan Kim Lis Liv Lone Luna Max Mie Mille Pelle Per
Rosa Said Sander Signe Sine Stig Storm Tage Thor Tim Tom Tue
"""
ALSO_WORDS: Final = frozenset(_ALSO_WORDS.split())
"""First names that are ordinary words as well: names only with a capital inside a sentence."""

INTRODUCES_A_NAME: Final = (
    "hr", "fru", "frk", "hedder", "hed", "kaldet", "kaldes", "kaldt", "navn", "navnet", "alias",
)  # fmt: skip
"""After these words a capitalised word is a person, whatever the lists say."""
