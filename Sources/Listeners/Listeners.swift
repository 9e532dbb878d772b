// Listeners
