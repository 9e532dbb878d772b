// ZoneFiles
