-- The protocol of the mock, which nobody is asked about: no listing, no proof, no address. Editing this changes nothing on any wire.
protocol "mock" {
  chat_path = "",
}
