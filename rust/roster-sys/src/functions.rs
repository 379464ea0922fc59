//! The functions of roster.h, in its order.
use crate::types::*;
use core::ffi::{c_char, c_int, c_long, c_void};

extern "C" {
    pub fn roster_status_name(status: roster_status) -> *const c_char;
    pub fn roster_transport_record(
        out: *mut *mut roster_transport,
        inner: *const roster_transport,
        file: *const c_char,
        err: *mut roster_error,
    ) -> roster_status;
    pub fn roster_transport_replay(
        out: *mut *mut roster_transport,
        file: *const c_char,
        err: *mut roster_error,
    ) -> roster_status;
    pub fn roster_open(out: *mut *mut roster, options: *const roster_options, err: *mut roster_error) -> roster_status;
    pub fn roster_close(r: *mut roster);
    pub fn roster_refresh(r: *mut roster, err: *mut roster_error) -> roster_status;
    pub fn roster_refresh_forced(r: *mut roster, err: *mut roster_error) -> roster_status;
    pub fn roster_refresh_every(r: *mut roster, interval_ms: c_long, err: *mut roster_error) -> roster_status;
    pub fn roster_watch(r: *mut roster, err: *mut roster_error) -> roster_status;
    pub fn roster_acquire(r: *mut roster) -> *const roster_snapshot;
    pub fn roster_release(s: *const roster_snapshot);
    pub fn roster_event_fd(r: *mut roster) -> c_int;
    pub fn roster_lint(options: *const roster_options, path: *const c_char, err: *mut roster_error) -> roster_status;
    pub fn roster_generation(s: *const roster_snapshot) -> u64;
    pub fn roster_count(s: *const roster_snapshot) -> usize;
    pub fn roster_at(s: *const roster_snapshot, index: usize) -> *const roster_model;
    pub fn roster_known_count(s: *const roster_snapshot) -> usize;
    pub fn roster_known_at(s: *const roster_snapshot, index: usize) -> *const roster_model;
    pub fn roster_find(s: *const roster_snapshot, id: *const c_char) -> *const roster_model;
    pub fn roster_known(s: *const roster_snapshot, id: *const c_char) -> *const roster_model;
    pub fn roster_default(s: *const roster_snapshot) -> *const roster_model;
    pub fn roster_role(s: *const roster_snapshot, role: *const c_char) -> *const roster_model;
    pub fn roster_role_beside(
        s: *const roster_snapshot,
        role: *const c_char,
        beside: *const roster_model,
    ) -> *const roster_model;
    pub fn roster_resolve(
        out: *mut *const roster_model,
        s: *const roster_snapshot,
        id: *const c_char,
        via: *mut *const c_char,
        err: *mut roster_error,
    ) -> roster_status;
    pub fn roster_require(
        out: *mut *const roster_model,
        s: *const roster_snapshot,
        id: *const c_char,
        err: *mut roster_error,
    ) -> roster_status;
    pub fn roster_rename_count(s: *const roster_snapshot) -> usize;
    pub fn roster_rename_at(s: *const roster_snapshot, index: usize) -> *const roster_rename;
    pub fn roster_snapshot_json(s: *const roster_snapshot, bytes: *mut usize) -> *const c_char;
    pub fn roster_gateway_status(s: *const roster_snapshot) -> *const c_char;
    pub fn roster_llm_configured(s: *const roster_snapshot) -> bool;
    pub fn roster_default_wanted(s: *const roster_snapshot) -> *const c_char;
    pub fn roster_empty_reason(s: *const roster_snapshot) -> *const c_char;
    pub fn roster_empty_hint(s: *const roster_snapshot) -> *const c_char;
    pub fn roster_definitions_error(
        s: *const roster_snapshot,
        file: *mut *const c_char,
        line: *mut c_int,
    ) -> *const c_char;
    pub fn roster_write_model_json(
        s: *const roster_snapshot,
        id: *const c_char,
        out: *mut c_char,
        size: usize,
    ) -> usize;
    pub fn roster_write_models_json(
        s: *const roster_snapshot,
        choice: *const roster_models_choice,
        out: *mut c_char,
        size: usize,
    ) -> usize;
    pub fn roster_write_providers_json(s: *const roster_snapshot, out: *mut c_char, size: usize) -> usize;
    pub fn roster_write_explain_json(
        s: *const roster_snapshot,
        id: *const c_char,
        out: *mut c_char,
        size: usize,
    ) -> usize;
    pub fn roster_write_resolve_json(
        s: *const roster_snapshot,
        id: *const c_char,
        out: *mut c_char,
        size: usize,
    ) -> usize;
    pub fn roster_each_change(
        before: *const roster_snapshot,
        after: *const roster_snapshot,
        on_change: Option<unsafe extern "C" fn(*mut c_void, *const roster_change)>,
        payload: *mut c_void,
    ) -> usize;
    pub fn roster_write_changes_json(
        before: *const roster_snapshot,
        after: *const roster_snapshot,
        out: *mut c_char,
        size: usize,
    ) -> usize;
    pub fn roster_write_error_json(err: *const roster_error, out: *mut c_char, size: usize) -> usize;
    pub fn roster_state_name(state: roster_state) -> *const c_char;
    pub fn roster_reason_name(reason: roster_reason) -> *const c_char;
    pub fn roster_blame_name(blame: roster_blame) -> *const c_char;
    pub fn roster_model_id(m: *const roster_model) -> *const c_char;
    pub fn roster_model_provider(m: *const roster_model) -> *const roster_provider;
    pub fn roster_model_api_name(m: *const roster_model) -> *const c_char;
    pub fn roster_model_protocol(m: *const roster_model) -> *const c_char;
    pub fn roster_model_description(m: *const roster_model) -> *const c_char;
    pub fn roster_model_context_window(m: *const roster_model) -> i64;
    pub fn roster_model_max_input_tokens(m: *const roster_model) -> i64;
    pub fn roster_model_max_output_tokens(m: *const roster_model) -> i64;
    pub fn roster_model_recommended(m: *const roster_model) -> bool;
    pub fn roster_model_disagreement_at(m: *const roster_model, index: usize) -> *const c_char;
    pub fn roster_model_discovered(m: *const roster_model) -> bool;
    pub fn roster_origin_field_at(index: usize) -> *const c_char;
    pub fn roster_model_write_origin(
        m: *const roster_model,
        field: *const c_char,
        out: *mut c_char,
        size: usize,
    ) -> usize;
    pub fn roster_model_warning(m: *const roster_model) -> *const c_char;
    pub fn roster_model_shadowed_by(m: *const roster_model) -> *const c_char;
    pub fn roster_model_reasoning(m: *const roster_model) -> bool;
    pub fn roster_model_tool_call(m: *const roster_model) -> bool;
    pub fn roster_model_family(m: *const roster_model) -> *const c_char;
    pub fn roster_model_tier(m: *const roster_model) -> *const c_char;
    pub fn roster_model_release_date(m: *const roster_model) -> *const c_char;
    pub fn roster_model_knowledge_cutoff(m: *const roster_model) -> *const c_char;
    pub fn roster_model_status(m: *const roster_model) -> *const c_char;
    pub fn roster_model_retires(m: *const roster_model) -> *const c_char;
    pub fn roster_model_replacement(m: *const roster_model) -> *const c_char;
    pub fn roster_model_price(m: *const roster_model, price: roster_price) -> f64;
    pub fn roster_model_alias_at(m: *const roster_model, index: usize) -> *const c_char;
    pub fn roster_model_formerly_at(m: *const roster_model, index: usize) -> *const c_char;
    pub fn roster_model_input_modality_at(m: *const roster_model, index: usize) -> *const c_char;
    pub fn roster_model_reasoning_level_at(m: *const roster_model, index: usize) -> *const c_char;
    pub fn roster_model_assumed_window(m: *const roster_model, id: *const c_char) -> i64;
    pub fn roster_model_url(m: *const roster_model) -> *const c_char;
    pub fn roster_model_rule(m: *const roster_model) -> *const c_char;
    pub fn roster_model_source(m: *const roster_model) -> *const c_char;
    pub fn roster_model_defined_at(m: *const roster_model) -> *const c_char;
    pub fn roster_model_header_at(m: *const roster_model, index: usize) -> *const roster_header;
    pub fn roster_model_state(m: *const roster_model) -> roster_state;
    pub fn roster_model_usable(m: *const roster_model) -> bool;
    pub fn roster_model_configured(m: *const roster_model) -> bool;
    pub fn roster_model_stale(m: *const roster_model) -> bool;
    pub fn roster_model_stale_reason(m: *const roster_model) -> *const c_char;
    pub fn roster_model_stage(m: *const roster_model) -> *const c_char;
    pub fn roster_model_http_status(m: *const roster_model) -> c_int;
    pub fn roster_model_reason(m: *const roster_model) -> *const c_char;
    pub fn roster_model_hint(m: *const roster_model) -> *const c_char;
    pub fn roster_model_reason_code(m: *const roster_model) -> roster_reason;
    pub fn roster_model_blame(m: *const roster_model) -> roster_blame;
    pub fn roster_model_said(m: *const roster_model) -> *const c_char;
    pub fn roster_model_checked_at(m: *const roster_model) -> *const c_char;
    pub fn roster_model_latency_ms(m: *const roster_model) -> c_long;
    pub fn roster_model_request_at(m: *const roster_model, index: usize) -> *const roster_request;
    pub fn roster_request_stage(q: *const roster_request) -> *const c_char;
    pub fn roster_request_method(q: *const roster_request) -> *const c_char;
    pub fn roster_request_url(q: *const roster_request) -> *const c_char;
    pub fn roster_request_status(q: *const roster_request) -> c_int;
    pub fn roster_request_latency_ms(q: *const roster_request) -> c_long;
    pub fn roster_request_outcome(q: *const roster_request) -> *const c_char;
    pub fn roster_model_service(m: *const roster_model) -> *const roster_service;
    pub fn roster_service_model(v: *const roster_service) -> *const roster_model;
    pub fn roster_service_method(v: *const roster_service) -> *const c_char;
    pub fn roster_service_url(v: *const roster_service) -> *const c_char;
    pub fn roster_service_api_name(v: *const roster_service) -> *const c_char;
    pub fn roster_service_protocol(v: *const roster_service) -> *const c_char;
    pub fn roster_service_body(v: *const roster_service) -> *const c_char;
    pub fn roster_service_headers(
        out: *mut *mut roster_headers,
        r: *mut roster,
        v: *const roster_service,
        err: *mut roster_error,
    ) -> roster_status;
    pub fn roster_headers_count(h: *const roster_headers) -> usize;
    pub fn roster_headers_at(h: *const roster_headers, index: usize) -> *const roster_header;
    pub fn roster_headers_close(h: *mut roster_headers);
    pub fn roster_report(
        r: *mut roster,
        v: *const roster_service,
        http_status: c_int,
        retry: *mut bool,
    ) -> roster_status;
    pub fn roster_credential_status(s: *const roster_snapshot) -> *const c_char;
    pub fn roster_subscribe(
        r: *mut roster,
        on_line: Option<unsafe extern "C" fn(*mut c_void, *const roster_helper_line)>,
        payload: *mut c_void,
        err: *mut roster_error,
    ) -> roster_status;
    pub fn roster_unsubscribe(r: *mut roster, payload: *mut c_void);
    pub fn roster_provider_count(s: *const roster_snapshot) -> usize;
    pub fn roster_provider_at(s: *const roster_snapshot, index: usize) -> *const roster_provider;
    pub fn roster_provider_id(p: *const roster_provider) -> *const c_char;
    pub fn roster_provider_title(p: *const roster_provider) -> *const c_char;
    pub fn roster_provider_protocol(p: *const roster_provider) -> *const c_char;
    pub fn roster_provider_endpoint(p: *const roster_provider) -> *const c_char;
    pub fn roster_provider_credential_source(p: *const roster_provider) -> *const c_char;
    pub fn roster_provider_credential_set(p: *const roster_provider) -> bool;
    pub fn roster_provider_discovers(p: *const roster_provider) -> bool;
    pub fn roster_provider_credential_since(p: *const roster_provider) -> *const c_char;
    pub fn roster_provider_credential_until(p: *const roster_provider) -> *const c_char;
    pub fn roster_provider_defined_at(p: *const roster_provider) -> *const c_char;
    pub fn roster_provider_key_prefix_at(p: *const roster_provider, index: usize) -> *const c_char;
    pub fn roster_provider_enabled(p: *const roster_provider) -> bool;
    pub fn roster_provider_defined(p: *const roster_provider) -> usize;
    pub fn roster_provider_ready(p: *const roster_provider) -> usize;
    pub fn roster_write_request(
        r: *mut roster,
        id: *const c_char,
        out: *mut c_char,
        size: usize,
        needed: *mut usize,
        err: *mut roster_error,
    ) -> roster_status;
    pub fn roster_write_meta(out: *mut c_char, size: usize) -> usize;
    pub fn roster_transport_curl() -> *mut roster_transport;
    pub fn roster_version() -> *const c_char;
}
