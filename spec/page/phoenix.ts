// What Phoenix's page takes from GET /api/models, written from what it does with the answer. The members are those that it reads; a status
// outside its list falls through every `switch`, and a window that is no number ends in an exception of the picker.
export type GatewayStatus = "not_configured" | "healthy" | "unreachable";
export type CredentialStatus = "not_configured" | "valid" | "required" | "running" | "failed";

export interface ModelInfo {
  id: string;
  provider: string;
  description: string;
  context_window: number;
  recommended: boolean;
  /** Roster's addition, where it assumed something. */
  origins?: { context_window: string };
}

export interface ModelsResponse {
  models: ModelInfo[];
  default: string;
  gateway_status: GatewayStatus;
  llm_configured: boolean;
  credential_status: CredentialStatus;
}
