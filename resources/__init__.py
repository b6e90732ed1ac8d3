"""Files that come with the program: schemes, sample articles, cue words, icons, fonts and help."""
