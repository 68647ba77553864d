/** The token of the settings in force ({@link FedoraMessagingSettings}). @publicApi */
export const FEDORA_MESSAGING_SETTINGS = Symbol('FEDORA_MESSAGING_SETTINGS');
