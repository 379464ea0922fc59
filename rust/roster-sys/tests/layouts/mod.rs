//! Every struct of roster.h with its fields, and every enum.
// Written by scripts/generate from include/roster.h.
use super::*;

pub fn all() -> (String, String) {
    layouts! {
        roster_status {}
        roster_severity {}
        roster_http_failure {}
        roster_level {}
        roster_change_kind {}
        roster_state {}
        roster_reason {}
        roster_blame {}
        roster_tri {}
        roster_price {}
        roster_field_type {}
        roster_error { status, count, line, file, message, hint, candidate_count, candidates }
        roster_finding { severity, file, line, message }
        roster_source { path, why, directory, read }
        roster_header { name, value }
        roster_http_request { size, id, method, url, headers, header_count, body, body_bytes, timeout_ms, connect_timeout_ms, max_body_bytes, ca_file, ca_dir, client_cert, client_key, proxy, aws_sigv4, aws_key_id, aws_secret, tags }
        roster_http_response { size, id, failure, message, status, headers, header_count, body, body_bytes, elapsed_ms, answered_ms }
        roster_transport { size, self_ = "self", start, next, cancel_all, close }
        roster_progress { model_id, provider_id, state, decided, total }
        roster_credential { size, value, headers, header_count, expires_at_ms }
        roster_variable { name, value }
        roster_definition { name, text }
        roster_options { size, config, no_builtin, enable_mock, definitions, definition_count, environment, environment_count, host_protocols, host_protocol_count, level, timeout_ms, deadline_ms, transport, on_finding, on_source, on_progress, payload, on_published, cache_file, credential, helper_wait_ms, discover_all, transport_signs, on_variable, keep_requests }
        roster_rename { from, to, defined_at, context_window, assumed_window }
        roster_models_choice { size, usable_only, stories, provider_id }
        roster_change { kind, id, before, after, fields, field_count }
        roster_field { index, name, type_ = "type", unit, doc, words, choices, upstream, fact }
        roster_helper_line { provider_id, error, text }
    }
}
