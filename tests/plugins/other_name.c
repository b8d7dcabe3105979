/* Refused: the descriptor says another name than the file. */
#include "minimal.h"

MINIMAL_PLUGIN ("somebody_else", .version = "0")
