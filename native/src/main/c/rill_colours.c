/* The matrices follow from the weights of red and blue in luma and from the range of samples. */
#include "rill_colours.h"
#include "rill.h"

#define MIDDLE 128.0

typedef struct matrix {
    double rows[3][4];
} matrix;

typedef struct meaning {
    double red;
    double blue;
    double luma; /* from black to white */
    double chroma;
    double black;
} meaning;

static meaning meaning_of(uint32_t colours) {
    const int is_709 = colours == RILL_COLOURS_BT709_LIMITED || colours == RILL_COLOURS_BT709_FULL;
    const int is_full = colours == RILL_COLOURS_BT601_FULL || colours == RILL_COLOURS_BT709_FULL;
    return (meaning) {
        .red = is_709 ? 0.2126 : 0.299, .blue = is_709 ? 0.0722 : 0.114,
        .luma = is_full ? 255 : 219, .chroma = is_full ? 255 : 224, .black = is_full ? 0 : 16,
    };
}

static void set_row(double *row, double y, double u, double v, double black) {
    row[0] = y;
    row[1] = u;
    row[2] = v;
    row[3] = -y * black - (u + v) * MIDDLE;
}

static matrix rgb_of_samples(const meaning *is) {
    const double green = 1 - is->red - is->blue;
    const double red_of_v = (2 - 2 * is->red) / is->chroma;
    const double blue_of_u = (2 - 2 * is->blue) / is->chroma;
    matrix result;
    set_row(result.rows[0], 1 / is->luma, 0, red_of_v, is->black);
    set_row(result.rows[1], 1 / is->luma, -blue_of_u * is->blue / green, -red_of_v * is->red / green, is->black);
    set_row(result.rows[2], 1 / is->luma, blue_of_u, 0, is->black);
    return result;
}

static matrix samples_of_rgb(const meaning *is) {
    const double green = 1 - is->red - is->blue;
    const double u = is->chroma / (2 - 2 * is->blue);
    const double v = is->chroma / (2 - 2 * is->red);
    return (matrix) {{
        {is->luma * is->red, is->luma * green, is->luma * is->blue, is->black},
        {-u * is->red, -u * green, u * (1 - is->blue), MIDDLE},
        {v * (1 - is->red), -v * green, -v * is->blue, MIDDLE},
    }};
}

static matrix of_floats(const float *values) {
    matrix result;
    for (int i = 0; i < 12; i++) {
        result.rows[i / 4][i % 4] = values[i];
    }
    return result;
}

/* What `second` makes of what `first` makes. */
static void join(const matrix *first, const matrix *second, float *result) {
    for (int row = 0; row < 3; row++) {
        for (int column = 0; column < 4; column++) {
            double sum = column == 3 ? second->rows[row][3] : 0;
            for (int k = 0; k < 3; k++) {
                sum += second->rows[row][k] * first->rows[k][column];
            }
            result[4 * row + column] = (float) sum;
        }
    }
}

void rill_colours_mix(uint32_t colours, float *forward, float *backward) {
    const meaning is = meaning_of(colours);
    const matrix rgb = rgb_of_samples(&is);
    const matrix samples = samples_of_rgb(&is);
    const matrix given_forward = of_floats(forward);
    const matrix given_backward = of_floats(backward);
    join(&rgb, &given_forward, forward);
    join(&given_backward, &samples, backward);
}
