-- Where facts about models come from, beside these files: windows, prices, dates and capabilities that are younger than this release. All
-- are off: `--sources`, ROSTER_SOURCES=yes or a host's option turns them on, or a line of your own, source "models.dev" {}.
-- They say nothing of addresses, keys or headers, and your own files beat them. `roster update` asks them now, and `roster serve` does so as
-- often as `every` says.

source "models.dev" {
  url     = "https://models.dev/api.json",
  format  = "models.dev",
  every   = 6 * hours,
  may     = "facts",
  enabled = false,
}

source "catwalk" {
  url     = "https://catwalk.charm.land/v2/providers",
  format  = "catwalk",
  every   = 6 * hours,
  may     = "facts",
  enabled = false,
}
