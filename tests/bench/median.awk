# Returns the median of values[1] .. values[count], and sorts them.
function median(values, count,   i, j, swap) {
	for (i = 2; i <= count; i++)
		for (j = i; j > 1 && values[j - 1] > values[j]; j--) {
			swap = values[j]; values[j] = values[j - 1]; values[j - 1] = swap
		}
	return (values[int((count + 1) / 2)] + values[int((count + 2) / 2)]) / 2
}
