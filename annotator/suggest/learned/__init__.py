"""Claims by a learned model: an encoder that tags the cues of an article, then source and content around each cue."""
