"""What every page is made of: the frame, the languages, the files a browser asks for."""
