-- The protocol of the mock, which is never requested: no listing, no proof, no address. Editing this changes no request.
protocol "mock" {
  chat_path = "",
}
